/**
 * Backups: how they answer queries, and their file format. Depends only on the model
 * classes of the client and on Jackson.
 */
@NullMarked
package io.github.nacosfailover.backup;

import org.jspecify.annotations.NullMarked;
