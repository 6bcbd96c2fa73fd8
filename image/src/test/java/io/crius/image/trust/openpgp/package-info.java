@NullMarked
package io.crius.image.trust.openpgp;

import org.jspecify.annotations.NullMarked;
