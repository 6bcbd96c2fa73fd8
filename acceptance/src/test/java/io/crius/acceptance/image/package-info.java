@NullMarked
package io.crius.acceptance.image;

import org.jspecify.annotations.NullMarked;
