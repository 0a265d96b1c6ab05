package main

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	autoscalingvalidation "k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
	"k8s.io/kubernetes/pkg/apis/scheduling"
	schedulingvalidation "k8s.io/kubernetes/pkg/apis/scheduling/validation"
)

// The rules by which the API server accepts a new object. A kind without a row is a fault: nothing passes unseen.
func validateObject(object runtime.Object) field.ErrorList {
	switch each := object.(type) {
	case *apps.Deployment:
		return appsvalidation.ValidateDeployment(each, pod.GetValidationOptionsFromPodTemplate(&each.Spec.Template, nil))
	case *batch.Job:
		options := batchvalidation.JobValidationOptions{
			PodValidationOptions:  pod.GetValidationOptionsFromPodTemplate(&each.Spec.Template, nil),
			RequirePrefixedLabels: true,
		}
		nameJobPods(each)
		return batchvalidation.ValidateJobCreate(each, options)
	case *core.Service:
		return corevalidation.ValidateServiceCreate(each)
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(each)
	case *core.Secret:
		return corevalidation.ValidateSecret(each)
	case *core.ServiceAccount:
		return corevalidation.ValidateServiceAccount(each)
	case *policy.PodDisruptionBudget:
		return policyvalidation.ValidatePodDisruptionBudget(each, policyvalidation.PodDisruptionBudgetValidationOptions{})
	case *autoscaling.HorizontalPodAutoscaler:
		return autoscalingvalidation.ValidateHorizontalPodAutoscaler(each,
			autoscalingvalidation.HorizontalPodAutoscalerSpecValidationOptions{MinReplicasLowerBound: 1})
	case *networking.NetworkPolicy:
		return networkingvalidation.ValidateNetworkPolicy(each, networkingvalidation.NetworkPolicyValidationOptions{})
	case *networking.Ingress:
		return networkingvalidation.ValidateIngressCreate(each)
	case *scheduling.PriorityClass:
		return schedulingvalidation.ValidatePriorityClass(each)
	default:
		return field.ErrorList{field.Invalid(field.NewPath("kind"), fmt.Sprintf("%T", object), "nobody here knows its rules")}
	}
}

func isClusterScoped(object runtime.Object) bool {
	_, is := object.(*scheduling.PriorityClass)
	return is
}

// Before it validates a job, the API server gives its pods the labels by which the job finds them.
func nameJobPods(job *batch.Job) {
	job.UID = "00000000-0000-0000-0000-000000000000"
	labels := map[string]string{
		batch.JobNameLabel: job.Name, batch.LegacyJobNameLabel: job.Name,
		batch.ControllerUidLabel: string(job.UID), batch.LegacyControllerUidLabel: string(job.UID),
	}
	if job.Spec.Template.Labels == nil {
		job.Spec.Template.Labels = map[string]string{}
	}
	for name, value := range labels {
		job.Spec.Template.Labels[name] = value
	}
	job.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{batch.ControllerUidLabel: string(job.UID)}}
}
