/**
 * Values that validate themselves, the error kinds, undo, and keyed locks.
 *
 * <p>No I/O happens here and nothing here knows of wire formats. Lock order: {@link io.crius.model.KeyedLocks} holds its
 * own map only while a key's lock is looked up; a caller may hold at most one key of one instance at a time.
 */
@NullMarked
package io.crius.model;

import org.jspecify.annotations.NullMarked;
