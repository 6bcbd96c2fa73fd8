@NullMarked
package io.crius.image;

import org.jspecify.annotations.NullMarked;
