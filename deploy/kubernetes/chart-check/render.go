package main

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

// That of the rules below.
var kubernetesVersion = chartutil.KubeVersion{Version: "v1.37.2", Major: "1", Minor: "37"}

// What `helm template freeway <chart> --namespace payments -f ...` prints, hooks included. Values are merged in order and
// held against values.schema.json.
func render(folder string, valueFiles []string) (string, error) {
	chart, err := loader.Load(folder)
	if err != nil {
		return "", err
	}
	if err := chart.Validate(); err != nil {
		return "", err
	}
	values := map[string]interface{}{}
	for _, file := range valueFiles {
		more, err := chartutil.ReadValuesFile(file)
		if err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
		values = chartutil.MergeTables(more, values)
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	capabilities.KubeVersion = kubernetesVersion
	if wanted := chart.Metadata.KubeVersion; !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return "", fmt.Errorf("the chart wants Kubernetes %s", wanted)
	}
	release := chartutil.ReleaseOptions{Name: "freeway", Namespace: "payments", Revision: 1, IsInstall: true}
	top, err := chartutil.ToRenderValues(chart, values, release, capabilities)
	if err != nil {
		return "", err
	}
	// Strict: a value that a template names and nobody gave is a fault, not an empty text.
	files, err := engine.Engine{Strict: true}.Render(chart, top)
	if err != nil {
		return "", err
	}
	return joined(files), nil
}

func joined(files map[string]string) string {
	names := make([]string, 0, len(files))
	for name := range files {
		if path.Ext(name) == ".yaml" && strings.TrimSpace(files[name]) != "" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var text strings.Builder
	for _, name := range names {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", name, strings.TrimSpace(files[name]))
	}
	return text.String()
}
