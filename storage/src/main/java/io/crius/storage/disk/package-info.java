/** Folders and files of the store as such: removal of trees, temporary folders that survive nobody. */
@NullMarked
package io.crius.storage.disk;

import org.jspecify.annotations.NullMarked;
