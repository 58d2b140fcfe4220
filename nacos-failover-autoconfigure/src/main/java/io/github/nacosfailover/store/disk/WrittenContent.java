package io.github.nacosfailover.store.disk;

import io.github.nacosfailover.store.SavedBackup;

/**
 * A content that is to be written, or was.
 *
 * @param saved what it is
 * @param compressed the compressed content
 */
record WrittenContent(SavedBackup saved, byte[] compressed) {

}
