package io.github.nacosfailover.engine;

import io.github.nacosfailover.testsupport.ProcessStores;

/**
 * The history of a directory.
 */
class DiskSwitchHistoryTests extends SwitchHistoryContract {

	@Override
	FailoverEngine.StoreFactory stores() {
		return ProcessStores.onDisk();
	}

}
