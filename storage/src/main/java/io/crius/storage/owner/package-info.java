/** Owners of files in user namespaces: how ids are shifted, and trees whose files get other owners. No locks, no records. */
@NullMarked
package io.crius.storage.owner;

import org.jspecify.annotations.NullMarked;
