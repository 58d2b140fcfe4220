package io.github.nacosfailover.spring.cloud;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.http.HttpConnectTimeoutException;

import io.github.nacosfailover.liveness.LivenessMonitor;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.CompletionContext;
import org.springframework.cloud.client.loadbalancer.LoadBalancerLifecycle;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.Response;

/**
 * {@link LoadBalancerLifecycle} that reports whether calls could connect. What a service
 * answers says nothing about its instance being there.
 */
public class LoadBalancerFailures implements LoadBalancerLifecycle<Object, Object, ServiceInstance> {

	private final LivenessMonitor liveness;

	public LoadBalancerFailures(LivenessMonitor liveness) {
		this.liveness = liveness;
	}

	@Override
	public void onStart(Request<Object> request) {
	}

	@Override
	public void onStartRequest(Request<Object> request, Response<ServiceInstance> response) {
	}

	@Override
	public void onComplete(CompletionContext<Object, ServiceInstance, Object> context) {
		Response<ServiceInstance> response = context.getLoadBalancerResponse();
		ServiceInstance instance = (response != null) ? response.getServer() : null;
		boolean failed = context.status() == CompletionContext.Status.FAILED;
		if (instance != null && (!failed || isConnectFailure(context.getThrowable()))) {
			this.liveness.called(instance.getServiceId(), instance.getHost() + ":" + instance.getPort(), !failed);
		}
	}

	private static boolean isConnectFailure(@Nullable Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof ConnectException || cause instanceof NoRouteToHostException
					|| cause instanceof HttpConnectTimeoutException) {
				return true;
			}
		}
		return false;
	}

}
