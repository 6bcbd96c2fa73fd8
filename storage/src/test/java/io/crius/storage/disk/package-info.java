@NullMarked
package io.crius.storage.disk;

import org.jspecify.annotations.NullMarked;
