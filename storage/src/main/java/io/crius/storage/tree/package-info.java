/** Whole trees of files: copying them, and putting what an archive left onto another tree. No links are followed. */
@NullMarked
package io.crius.storage.tree;

import org.jspecify.annotations.NullMarked;
