package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	"sigs.k8s.io/yaml"
)

// Unknown and doubled fields are faults. Decoding applies the API server's defaults.
var decoder = serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDecoder()

// One line for each fault of each manifest; an error when the text is no list of manifests, or an empty one.
func validateAll(text []byte) ([]string, error) {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	var faults []string
	count := 0
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return faults, err
		}
		var head struct {
			metav1.TypeMeta   `json:",inline"`
			metav1.ObjectMeta `json:"metadata"`
		}
		if err := yaml.Unmarshal(document, &head); err != nil {
			return faults, err
		}
		if head.Kind == "" {
			continue
		}
		count++
		for _, fault := range validate(head.TypeMeta, document) {
			faults = append(faults, fmt.Sprintf("%s %s: %s", head.Kind, head.Name, fault))
		}
	}
	if count == 0 {
		return faults, errors.New("no manifests")
	}
	return faults, nil
}

func validate(kind metav1.TypeMeta, document []byte) []string {
	switch kind.GroupVersionKind().GroupKind().String() {
	case "PodMonitor.monitoring.coreos.com":
		return asFaults(yaml.UnmarshalStrict(document, &monitoringv1.PodMonitor{}))
	case "ScaledObject.keda.sh":
		return asFaults(validateScaledObject(document))
	}
	object, _, err := decoder.Decode(document, nil, nil)
	if err != nil {
		return asFaults(err)
	}
	setNamespace(object)
	var faults []string
	for _, fault := range validateObject(object) {
		faults = append(faults, fault.Error())
	}
	return faults
}

// The API server fills in the namespace of the request before it looks.
func setNamespace(object runtime.Object) {
	if each, ok := object.(metav1.Object); ok && each.GetNamespace() == "" && !isClusterScoped(object) {
		each.SetNamespace("payments")
	}
}

func asFaults(err error) []string {
	if err == nil {
		return nil
	}
	return []string{err.Error()}
}
