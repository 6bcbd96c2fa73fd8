@NullMarked
package io.crius.image.trust;

import org.jspecify.annotations.NullMarked;
