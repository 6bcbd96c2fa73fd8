@NullMarked
package io.crius.image.trust.source;

import org.jspecify.annotations.NullMarked;
