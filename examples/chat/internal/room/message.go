package room

import (
	"strings"
	"time"
)

// Kind says what a message is.
type Kind int

// The kinds of messages.
const (
	Text Kind = iota
	Joined
	Left
)

// Message is one line in a room.
type Message struct {
	Kind Kind
	User string
	Text string
	At   time.Time
}

var emoji = map[string]string{
	":smile:": "\U0001F604",
	":tada:":  "\U0001F389",
	":wave:":  "\U0001F44B",
}

func decorate(text string) string {
	for name, symbol := range emoji {
		text = strings.ReplaceAll(text, name, symbol)
	}
	return text
}
