/**
 * As whom a container runs: the request and the image's user, resolved in the image's own /etc/passwd and /etc/group.
 *
 * <p>Pure: the files come in as text, read elsewhere without following links out of the root filesystem.
 */
@NullMarked
package io.crius.server.container.user;

import org.jspecify.annotations.NullMarked;
