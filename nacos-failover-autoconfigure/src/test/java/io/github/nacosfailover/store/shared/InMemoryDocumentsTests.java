package io.github.nacosfailover.store.shared;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.DocumentsContract;
import io.github.nacosfailover.testsupport.InMemoryDocuments;

/**
 * That the documents that other tests lean on keep the contract too.
 */
class InMemoryDocumentsTests extends DocumentsContract {

	private final InMemoryDocuments engine = new InMemoryDocuments();

	@Override
	protected Documents open(String namespace) {
		return this.engine.open(namespace);
	}

}
