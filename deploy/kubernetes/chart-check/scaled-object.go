package main

import (
	"bytes"
	_ "embed"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"
)

// KEDA's definition of a ScaledObject (kedacore/keda, Apache-2.0), without descriptions and status, and closed: a field
// that it does not name is a fault.
//
//go:embed keda-scaled-object.schema.json
var scaledObjectSchema string

func validateScaledObject(document []byte) error {
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(scaledObjectSchema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("scaled-object.json", schema); err != nil {
		return err
	}
	compiled, err := compiler.Compile("scaled-object.json")
	if err != nil {
		return err
	}
	text, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return err
	}
	object, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return compiled.Validate(object)
}
