@NullMarked
package io.crius.image.pull;

import org.jspecify.annotations.NullMarked;
