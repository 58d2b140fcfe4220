package io.github.nacosfailover.actuate.endpoint;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.NacosFailoverSnapshots;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.invoke.convert.ConversionServiceParameterValueMapper;
import org.springframework.boot.actuate.endpoint.web.EndpointMediaTypes;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpointDiscoverer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests of {@link UncheckedWriteAdvisor}. There is no Jersey here, but all operations.
 */
class UncheckedWriteAdvisorTests {

	@Test
	void refusesEveryWriteOverTheWeb() {
		NacosFailover failover = mock(NacosFailover.class);
		NacosFailoverSnapshots snapshots = mock(NacosFailoverSnapshots.class);
		NacosFailoverEndpoint endpoint = new NacosFailoverEndpoint(failover);
		NacosFailoverSnapshotsEndpoint snapshotsEndpoint = new NacosFailoverSnapshotsEndpoint(snapshots);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean(NacosFailoverEndpoint.class, () -> endpoint);
			context.registerBean(NacosFailoverEndpointWebExtension.class,
					() -> new NacosFailoverEndpointWebExtension(endpoint));
			context.registerBean(NacosFailoverSnapshotsEndpoint.class, () -> snapshotsEndpoint);
			context.registerBean(NacosFailoverSnapshotsEndpointWebExtension.class,
					() -> new NacosFailoverSnapshotsEndpointWebExtension(snapshotsEndpoint));
			context.refresh();
			Collection<ExposableWebEndpoint> found = new WebEndpointDiscoverer(context,
					new ConversionServiceParameterValueMapper(), EndpointMediaTypes.DEFAULT, List.of(), List.of(),
					List.of(new UncheckedWriteAdvisor()), List.of(), List.of())
				.getEndpoints();
			List<WebOperation> writes = found.stream()
				.flatMap((it) -> it.getOperations().stream())
				.filter((operation) -> operation.getType() != OperationType.READ)
				.toList();
			assertThat(writes).hasSize(5).allSatisfy((write) -> {
				Object answer = write.invoke(new InvocationContext(mock(SecurityContext.class),
						Map.of("enabled", "true", "service", "orders", "id", "1", "restore", "true")));
				assertThat(((WebEndpointResponse<?>) answer).getStatus()).isEqualTo(501);
			});
		}
		then(failover).shouldHaveNoInteractions();
		then(snapshots).shouldHaveNoInteractions();
	}

}
