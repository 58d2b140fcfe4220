package io.github.nacosfailover.store.shared;

import io.github.nacosfailover.testsupport.InMemoryDocuments;

/**
 * That the documents that other tests lean on keep the contract too.
 */
class InMemoryDocumentsTests extends SharedDocumentsContract {

	private final InMemoryDocuments engine = new InMemoryDocuments();

	@Override
	protected SharedDocuments open(String namespace) {
		return this.engine.open(namespace);
	}

}
