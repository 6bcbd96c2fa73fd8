@NullMarked
package io.crius.image.trust.sigstore;

import org.jspecify.annotations.NullMarked;
