//go:build tools

// Package tools pins the Pulumi CLI and the YAML language host that the tests on the real engine run.
// test/engine/cli.ts builds them when no suitable CLI is on PATH.
package tools

import (
	_ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
