@NullMarked
package io.crius.storage.unpack;

import org.jspecify.annotations.NullMarked;
