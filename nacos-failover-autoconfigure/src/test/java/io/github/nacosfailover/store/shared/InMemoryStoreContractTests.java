package io.github.nacosfailover.store.shared;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.testsupport.InMemoryDocuments;

/**
 * The contract of shared stores without a server.
 */
class InMemoryStoreContractTests extends SharedStoreContract {

	private final InMemoryDocuments engine = new InMemoryDocuments();

	@Override
	protected Documents documents(String namespace) {
		return this.engine.open(namespace);
	}

}
