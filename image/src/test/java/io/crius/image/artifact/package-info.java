@NullMarked
package io.crius.image.artifact;

import org.jspecify.annotations.NullMarked;
