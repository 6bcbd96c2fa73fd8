/**
 * The lock files of the store, as every tool of the family uses them: record locks for exclusion, the first 64 bytes as a
 * token of the last change.
 */
@NullMarked
package io.crius.storage.lock;

import org.jspecify.annotations.NullMarked;
