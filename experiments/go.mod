module example.com/experiments

go 1.21
