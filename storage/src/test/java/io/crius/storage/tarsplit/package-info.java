@NullMarked
package io.crius.storage.tarsplit;

import org.jspecify.annotations.NullMarked;
