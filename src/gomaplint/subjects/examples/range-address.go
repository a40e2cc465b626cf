package main

type mail struct{ to string }

func main() {
	var one mail
	var kept []*mail
	for _, one = range []mail{{"ann"}, {"bob"}} {
		kept = append(kept, &one) // subject
	}
	for _, one := range kept {
		println(one.to)
	}
}
