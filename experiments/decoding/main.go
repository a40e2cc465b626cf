// Command decoding measures what JSON takes after it was decoded into maps, and into structs.
//
// The document is a list of 5,000 records of about 170 bytes each, with one record and one list inside.
package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"

	"example.com/experiments/measure"
)

const records = 5_000

type address struct {
	Street string `json:"street"`
	City   string `json:"city"`
	Zip    string `json:"zip"`
}

type person struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Email   string   `json:"email"`
	Active  bool     `json:"active"`
	Score   float64  `json:"score"`
	Tags    []string `json:"tags"`
	Address address  `json:"address"`
}

// half is a struct that leaves its inner record as a map.
type half struct {
	ID      int64          `json:"id"`
	Name    string         `json:"name"`
	Email   string         `json:"email"`
	Active  bool           `json:"active"`
	Score   float64        `json:"score"`
	Tags    []string       `json:"tags"`
	Address map[string]any `json:"address"`
}

func document() []byte {
	lines := make([]string, records)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"id":%d,"name":"user %d","email":"u%d@example.com","active":true,"score":%d.5,`, i, i, i, i) +
			fmt.Sprintf(`"tags":["a","bb","ccc"],"address":{"street":"street %d","city":"city","zip":"%05d"}}`, i, i)
	}
	return []byte("[" + strings.Join(lines, ",") + "]")
}

func into[T any](kind string, text []byte) {
	decode := func() any {
		var result T
		if err := json.Unmarshal(text, &result); err != nil {
			panic(err)
		}
		return result
	}
	decode() // what the library keeps about a type is no part of the result
	before := measure.Heap()
	result := decode()
	after := measure.Heap()
	runtime.KeepAlive(result)
	measure.Each(kind+": held per record", int64(after.HeapAlloc-before.HeapAlloc), records)
	measure.Each(kind+": allocated per record", int64(after.TotalAlloc-before.TotalAlloc), records)
	measure.Figure(kind+": allocations per record", float64(after.Mallocs-before.Mallocs)/records)
}

func main() {
	text := document()
	measure.Each("the document: per record", int64(len(text)), records)
	into[[]map[string]any]("[]map[string]any", text)
	into[any]("any", text)
	into[[]person]("[]struct", text)
	into[[]*person]("[]*struct", text)
	into[[]half]("[]struct with a field of type map[string]any", text)
	into[[]map[string]json.RawMessage]("[]map[string]json.RawMessage", text)
	runtime.KeepAlive(text)
}
