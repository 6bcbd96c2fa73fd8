/**
 * Messages of the CRI as JSON trees, by the descriptors of the proto: the lite classes of the messages do not know the names of
 * their fields. A message goes through its bytes on the wire, so that every message works without code of its own.
 *
 * <p>For people's commands only; nothing is locked or written here.
 */
@NullMarked
package io.crius.daemon.cli.wire;

import org.jspecify.annotations.NullMarked;
