{{- define "freeway.base" -}}
{{- $name := ternary .Release.Name (printf "%s-freeway" .Release.Name) (contains "freeway" .Release.Name) }}
{{- $name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Of one process: what selects its pods, which never changes. */}}
{{- define "freeway.selector" -}}
app.kubernetes.io/name: freeway
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .process.component }}
{{- end }}

{{- define "freeway.labels" -}}
{{ include "freeway.selector" . }}
{{ include "freeway.commonLabels" .root }}
{{- end }}

{{- define "freeway.commonLabels" -}}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "freeway.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}
