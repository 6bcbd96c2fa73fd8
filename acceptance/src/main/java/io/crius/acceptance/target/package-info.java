/**
 * The CRI servers that the suite can be aimed at, and what tells them apart.
 *
 * <p>A target is one server on private folders: it can be started, killed and started again. Where servers differ by nature
 * the difference is a {@link io.crius.acceptance.target.Trait}, so that every case that does not apply to all of them says
 * which question decides it. On disk: a configuration file, a log, and the server's own folders, all below the folder of
 * the test node.
 */
@NullMarked
package io.crius.acceptance.target;

import org.jspecify.annotations.NullMarked;
