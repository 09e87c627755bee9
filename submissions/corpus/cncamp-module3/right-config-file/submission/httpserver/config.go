package main

import (
	"bufio"
	"os"
	"strings"
)

// readConfig reads "key = value" lines
func readConfig(file string) (map[string]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	config := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		line := strings.TrimSpace(s.Text())
		if line == "" || line[0] == ';' {
			continue
		}
		if i := strings.Index(line, "="); i > 0 {
			config[strings.TrimSpace(line[:i])] = strings.TrimSpace(line[i+1:])
		}
	}
	return config, nil
}
