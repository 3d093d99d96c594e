package io.imagenlambda.lab;

/**
 * The same in a process of its own, for tests whose calls are refused: after that a process returns
 * messages unstarted for a while, and those of other tests must not be among them.
 */
public final class RefusedCallsProfile extends LabServersProfile {}
