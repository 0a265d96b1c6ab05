{{/* What the chart knows of every process, by its name in values.yaml. */}}
{{- define "freeway.processes" -}}
{{ .Files.Get "files/processes.yaml" }}
{{- end }}

{{/* A whole number comes as a float, and must not be written as 8.64e+07. */}}
{{- define "freeway.text" -}}
{{- if kindIs "float64" . }}{{ printf "%.0f" . }}{{ else }}{{ toString . }}{{ end }}
{{- end }}

{{/* The settings of one process as a map of texts: the shared ones that it reads, its own, what the chart decides. */}}
{{- define "freeway.settings" -}}
{{- $values := index .root.Values .key }}
{{- $settings := dict }}
{{- range $name, $value := .root.Values.settings }}
{{- if has $name $.process.settings }}{{ $_ := set $settings $name (include "freeway.text" $value) }}{{ end }}
{{- end }}
{{- range $name, $value := $values.settings }}{{ $_ := set $settings $name (include "freeway.text" $value) }}{{ end }}
{{- range $name, $value := .process.fixed }}{{ $_ := set $settings $name $value }}{{ end }}
{{- toYaml $settings }}
{{- end }}

{{/* The keys of the Secret that one process reads, by setting. */}}
{{- define "freeway.secretKeys" -}}
{{- $keys := dict }}
{{- $own := (index .root.Values .key).secretKeys }}
{{- range $name := .process.secrets }}
{{- $key := index (merge (dict) $own $.root.Values.secret.keys) $name }}
{{- if $key }}{{ $_ := set $keys $name $key }}{{ end }}
{{- end }}
{{- toYaml $keys }}
{{- end }}

{{/* Every value that names a setting nobody reads there, in one message. */}}
{{- define "freeway.refuseUnknown" -}}
{{- $faults := list }}
{{- $processes := include "freeway.processes" . | fromYaml }}
{{- $plain := list }}{{ $secret := list }}
{{- range $key, $process := $processes }}
{{- $plain = concat $plain $process.settings }}{{ $secret = concat $secret $process.secrets }}
{{- range $name, $_ := (index $.Values $key).settings }}
{{- if not (has $name $process.settings) }}{{ $faults = append $faults (printf "%s.settings.%s" $key $name) }}{{ end }}
{{- end }}
{{- range $name, $_ := (index $.Values $key).secretKeys }}
{{- if not (has $name $process.secrets) }}{{ $faults = append $faults (printf "%s.secretKeys.%s" $key $name) }}{{ end }}
{{- end }}
{{- end }}
{{- range $name, $_ := .Values.settings }}
{{- if not (has $name $plain) }}{{ $faults = append $faults (printf "settings.%s" $name) }}{{ end }}
{{- end }}
{{- range $name, $_ := .Values.secret.keys }}
{{- if not (has $name $secret) }}{{ $faults = append $faults (printf "secret.keys.%s" $name) }}{{ end }}
{{- end }}
{{- if $faults }}
{{- fail (printf "these name no setting that may stand there (a secret belongs under secret.keys, HOST and ports are the chart's): %s" (join ", " $faults)) }}
{{- end }}
{{- end }}
