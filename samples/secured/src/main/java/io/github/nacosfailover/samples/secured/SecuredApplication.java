package io.github.nacosfailover.samples.secured;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Operators flip, viewers look, nobody else sees anything.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class SecuredApplication {

	public static void main(String[] args) {
		SpringApplication.run(SecuredApplication.class, args);
	}

	@Bean
	SecurityFilterChain failoverSecurity(HttpSecurity http) throws Exception {
		String[] endpoints = { "nacosfailover", "nacosfailoversnapshots", "nacosfailoverconsole" };
		return http.securityMatcher(EndpointRequest.to(endpoints))
			.authorizeHttpRequests(
					(requests) -> requests.requestMatchers(EndpointRequest.to(endpoints).withHttpMethod(HttpMethod.GET))
						.hasAnyRole("VIEWER", "OPERATOR")
						.anyRequest()
						.hasRole("OPERATOR"))
			.httpBasic(Customizer.withDefaults())
			// A browser sends stored credentials along with requests of any page. It says
			// so
			// with these headers, and then needs a token; curl and scripts do not.
			.csrf((csrf) -> csrf.ignoringRequestMatchers((request) -> request.getHeader("Origin") == null
					&& request.getHeader("Sec-Fetch-Site") == null && request.getHeader("Cookie") == null))
			.build();
	}

}
