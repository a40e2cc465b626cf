// Package config reads the service's configuration file.
package config

import (
	"encoding/json"
	"fmt"
	"os"
)

// Room is how one of the standing rooms is set up.
type Room struct {
	SlowMode bool `json:"slow_mode"`
}

// Config is the whole file.
type Config struct {
	Greeting string          `json:"greeting"`
	Rooms    map[string]Room `json:"rooms"`
}

// Load reads the file at path.
func Load(path string) (*Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	cfg := &Config{}
	if err := json.Unmarshal(raw, cfg); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return cfg, nil
}
