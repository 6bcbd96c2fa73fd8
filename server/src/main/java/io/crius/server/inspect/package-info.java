/**
 * What the CRI socket answers to HTTP: CRI-O's inspect API, which cAdvisor and scripts use, and explanations for {@code
 * crius explain}. Answers are made of snapshots; nothing here waits.
 */
@NullMarked
package io.crius.server.inspect;

import org.jspecify.annotations.NullMarked;
