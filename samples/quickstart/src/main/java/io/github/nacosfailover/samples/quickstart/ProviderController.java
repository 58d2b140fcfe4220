package io.github.nacosfailover.samples.quickstart;

import com.alibaba.nacos.api.exception.NacosException;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lets the server lose the instances of the provider, which run on, and has them
 * registered again.
 */
@RestController
@RequestMapping("/provider")
class ProviderController {

	private final OrdersProvider provider;

	private boolean registered = true;

	ProviderController(OrdersProvider provider) {
		this.provider = provider;
	}

	@PostMapping("/leave")
	synchronized Registration leave() throws NacosException {
		if (this.registered) {
			this.provider.leave();
			this.registered = false;
		}
		return new Registration(this.registered);
	}

	@PostMapping("/return")
	synchronized Registration comeBack() throws NacosException {
		if (!this.registered) {
			this.provider.comeBack();
			this.registered = true;
		}
		return new Registration(this.registered);
	}

	/**
	 * Whether the server knows the instances.
	 *
	 * @param registered whether they are registered
	 */
	record Registration(boolean registered) {
	}

}
