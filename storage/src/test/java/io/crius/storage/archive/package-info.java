@NullMarked
package io.crius.storage.archive;

import org.jspecify.annotations.NullMarked;
