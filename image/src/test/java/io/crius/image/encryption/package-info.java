@NullMarked
package io.crius.image.encryption;

import org.jspecify.annotations.NullMarked;
