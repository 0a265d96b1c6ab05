{{/* Seconds from SIGTERM that the process takes for itself, at most: STOP_TIMEOUT_MS, rounded up. */}}
{{- define "freeway.stopSeconds" -}}
{{- $settings := include "freeway.settings" . | fromYaml }}
{{- div (add (int64 (get $settings "STOP_TIMEOUT_MS" | default "10000")) 999) 1000 }}
{{- end }}

{{/* Variables that name files: one for each secret that the process reads. */}}
{{- define "freeway.secretFiles" -}}
{{- range $name, $_ := include "freeway.secretKeys" . | fromYaml }}
- name: {{ $name }}_FILE
  value: /run/secrets/freeway/{{ $name }}
{{- end }}
{{- end }}

{{- define "freeway.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
volumeMounts:
  - name: secrets
    mountPath: /run/secrets/freeway
    readOnly: true
{{- end }}

{{/* Of every pod, whatever it runs. Secrets belong to root and the group 65532, which may read them. */}}
{{- define "freeway.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.priorityClass.name }}
priorityClassName: {{ . }}
{{- end }}
volumes:
  - name: secrets
    secret:
      secretName: {{ .root.Values.secret.name }}
      defaultMode: 0440
      items:
        {{- range $name, $key := include "freeway.secretKeys" . | fromYaml }}
        - { key: {{ $key | quote }}, path: {{ $name }} }
        {{- end }}
{{- end }}

{{/* Ready is whether requests should come here. Alive is only whether the event loop turns: a database that is away is no
     reason to restart every process that waits for it. */}}
{{- define "freeway.probes" -}}
startupProbe:
  httpGet: { path: /live, port: http }
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 60
readinessProbe:
  httpGet: { path: /ready, port: http }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
livenessProbe:
  httpGet: { path: /live, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}
