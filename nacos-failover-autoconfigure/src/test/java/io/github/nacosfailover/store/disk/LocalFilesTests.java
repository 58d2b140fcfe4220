package io.github.nacosfailover.store.disk;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.nacosfailover.source.SwitchState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The directory as the local hand on a shared store.
 */
class LocalFilesTests extends DiskStoreTestBase {

	private static final SwitchState ON = new SwitchState(true, null, "ops", null, null);

	@Test
	void nobodySeesASwitchThatNobodyWrote() throws Exception {
		files();
		LocalFiles local = new LocalFiles(open());
		Set<String> seen = ConcurrentHashMap.newKeySet();
		AtomicBoolean end = new AtomicBoolean();
		Thread reader = new Thread(() -> {
			while (!end.get()) {
				SwitchState found = local.state().failoverSwitch();
				seen.add((found != null) ? String.valueOf(found.enabled()) : "none");
			}
		});
		reader.start();
		for (int i = 0; i < 200; i++) {
			local.writeSwitch(ON);
			local.removeSwitch();
		}
		end.set(true);
		reader.join();
		assertThat(seen).containsExactlyInAnyOrder("true", "none");
	}

}
