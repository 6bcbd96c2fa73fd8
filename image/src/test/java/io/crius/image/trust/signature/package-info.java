@NullMarked
package io.crius.image.trust.signature;

import org.jspecify.annotations.NullMarked;
