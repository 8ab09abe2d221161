"""payouts of rosters

Revision: b4c908f452a5, after 523738564ca9
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = 'b4c908f452a5'
down_revision = '523738564ca9'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('payout',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('paid', sa.Integer(), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.Column('extra', sa.Integer(), nullable=False),
    sa.Column('differing', sa.Integer(), nullable=False),
    sa.Column('details', portal.database.Encrypted(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('at', portal.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['item.number'], name=op.f('fk_payout_number_item')),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_payout_office_id_office')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_payout_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payout')),
    info={'append_only': True, 'delete_if': 'EXISTS (SELECT 1 FROM withholding WHERE withholding.number = OLD.number)'}
    )
    op.create_index(op.f('ix_payout_number'), 'payout', ['number'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_payout_number'), table_name='payout')
    op.drop_table('payout')
