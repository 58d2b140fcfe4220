package io.github.nacosfailover.store.shared;

import java.time.Instant;

import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.WriteBatch;

/**
 * Documents to write back to an engine that has lost them or returned to older ones.
 */
final class LostDocuments {

	private final SharedView view;

	LostDocuments(SharedView view) {
		this.view = view;
	}

	/**
	 * Composes what the engine lacks.
	 * @param found what it has
	 * @return the documents of this process whose contents are at hand; empty if nothing
	 * is missing
	 */
	WriteBatch missingIn(DocumentIndex found) {
		WriteBatch batch = new WriteBatch();
		DocumentIndex own = this.view.index();
		for (Document lost : own.lostIn(found)) {
			putBack(lost, batch);
		}
		Document foundSwitch = found.find(DocumentNames.SWITCH);
		Document ownSwitch = own.find(DocumentNames.SWITCH);
		if (ownSwitch != null && (foundSwitch == null || isNewer(ownSwitch, foundSwitch))) {
			putBack(ownSwitch, batch);
		}
		return batch;
	}

	private void putBack(Document lost, WriteBatch batch) {
		if (lost.hash() == null) {
			return;
		}
		boolean inline = !lost.text().isEmpty() && lost.name().equals(DocumentNames.SWITCH);
		byte[] content = inline ? null : this.view.contentAtHand(lost);
		if (inline || content != null) {
			batch.putBack(lost, content);
		}
	}

	private boolean isNewer(Document own, Document other) {
		SwitchState ownState = this.view.readSwitch(own);
		SwitchState otherState = this.view.readSwitch(other);
		Instant ownAt = (ownState != null) ? ownState.changedAt() : null;
		Instant otherAt = (otherState != null) ? otherState.changedAt() : null;
		if (ownState == null || ownAt == null) {
			return false;
		}
		if (otherState != null && ownAt.equals(otherAt)) {
			// Then they differ in exceptions at most, or in how far a stage is.
			return own.revision() > other.revision() && !ownState.equals(otherState);
		}
		return otherAt == null || ownAt.isAfter(otherAt);
	}

}
