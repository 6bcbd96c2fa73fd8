@NullMarked
package io.crius.storage.overlay;

import org.jspecify.annotations.NullMarked;
