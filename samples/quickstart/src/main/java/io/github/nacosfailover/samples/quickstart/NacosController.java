package io.github.nacosfailover.samples.quickstart;

import io.github.nacosfailover.nacosserver.NacosServer;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Kills the Nacos server and brings it back, for those who have but {@code curl}.
 */
@RestController
@RequestMapping("/nacos")
class NacosController {

	private final NacosServer nacos;

	NacosController(NacosServer nacos) {
		this.nacos = nacos;
	}

	@GetMapping
	ServerState state() {
		return new ServerState(this.nacos.serverAddr(), this.nacos.pid(), this.nacos.isRunning());
	}

	@PostMapping("/kill")
	ServerState kill() {
		this.nacos.kill();
		return state();
	}

	@PostMapping("/restart")
	ServerState restart() {
		this.nacos.restart();
		return state();
	}

	/**
	 * The server process.
	 *
	 * @param serverAddr its address
	 * @param pid its process id, or that of the last one
	 * @param running whether it is there
	 */
	record ServerState(String serverAddr, long pid, boolean running) {
	}

}
