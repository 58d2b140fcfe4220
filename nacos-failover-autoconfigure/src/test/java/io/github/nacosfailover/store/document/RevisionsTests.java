package io.github.nacosfailover.store.document;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Revisions}.
 */
class RevisionsTests {

	@Test
	void revisionThatWasNeverThereIsExcluded() {
		Revisions revisions = Revisions.read(null).with(10).with(70_000).with(70_001);
		assertThat(revisions.exclude(70_000)).isFalse();
		assertThat(revisions.exclude(69_999)).isTrue();
		assertThat(revisions.exclude(70_002)).isTrue();
	}

	@Test
	void revisionFromBeforeTheFirstIsNot() {
		assertThat(Revisions.read(null).with(10).exclude(9)).isFalse();
		assertThat(Revisions.read(null).exclude(9)).isFalse();
	}

	@Test
	void thoseThatAreReadAreThoseThatWereWritten() {
		Revisions read = Revisions.read(Revisions.read("").with(1L << 52).with((1L << 52) + 7).write());
		assertThat(read.exclude((1L << 52) + 7)).isFalse();
		assertThat(read.exclude((1L << 52) + 6)).isTrue();
		assertThat(Revisions.read("no revision").exclude(1)).isFalse();
	}

	@Test
	void textStaysShort() {
		Revisions revisions = Revisions.read(null);
		long revision = 0;
		for (int i = 0; i < 2000; i++) {
			revision = Revisions.after(revision);
			revisions = revisions.with(revision);
		}
		assertThat(revisions.write().length()).isLessThan(4000);
		assertThat(revisions.exclude(revision)).isFalse();
		assertThat(revisions.exclude(1)).isFalse();
	}

}
