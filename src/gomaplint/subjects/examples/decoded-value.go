package main

import (
	"encoding/json"
	"log"
	"os"
)

var records = map[string]map[string]any{}

func main() {
	var record map[string]any
	if err := json.NewDecoder(os.Stdin).Decode(&record); err != nil {
		log.Fatal(err)
	}
	records["first"] = record // subject
	println(record["name"].(string))
}
