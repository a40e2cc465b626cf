// Package card draws profile cards.
package card

import (
	"bytes"
	"hash/fnv"
	"html/template"
	"sync"
)

var svg = template.Must(template.New("card").Parse(
	`<svg xmlns="http://www.w3.org/2000/svg" width="240" height="64">` +
		`<rect width="240" height="64" rx="8" fill="hsl({{.Hue}}, 60%, 40%)"/>` +
		`<text x="16" y="40" font-size="24" fill="white">{{.User}}</text></svg>`))

// Cache keeps the cards that were drawn lately.
type Cache struct {
	mu    sync.Mutex
	limit int
	cards map[string][]byte
}

// NewCache returns a cache of at most limit cards.
func NewCache(limit int) *Cache {
	return &Cache{limit: limit, cards: make(map[string][]byte)}
}

// Card returns the user's card.
func (c *Cache) Card(user string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if drawn, ok := c.cards[user]; ok {
		return drawn
	}
	if len(c.cards) >= c.limit {
		for some := range c.cards {
			delete(c.cards, some)
			break
		}
	}
	drawn := draw(user)
	c.cards[user] = drawn
	return drawn
}

func draw(user string) []byte {
	h := fnv.New32a()
	h.Write([]byte(user))
	var out bytes.Buffer
	// A buffer takes every write.
	_ = svg.Execute(&out, struct {
		Hue  uint32
		User string
	}{h.Sum32() % 360, user})
	return out.Bytes()
}
